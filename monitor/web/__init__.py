"""The review in the browser: pages, their JSON API, and what keeps both safe."""
