"""The manual: a page for each verb, made from the verbs, as text, man page or Markdown."""
