"""How pages reach us: discovery (pure), the spider, the address guard, politeness."""
