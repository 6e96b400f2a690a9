"""The bundled sample news web, six made-up outlets on loopback: for ``monitor demo`` and tests."""
