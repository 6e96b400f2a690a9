"""The configuration: found, read once, checked whole, shown without its secrets.

Nothing is imported here, so that ``locate`` stays quick for verbs that need two settings only.
Where things are:

- ``locate``     which file, and its two settings that ``monitor status`` needs
- ``load``       the file as a ``Config``, or every mistake in it at once
- ``model``      the keys, their types, defaults and descriptions
- ``effective``  what holds for one source or feed once defaults and overrides are merged
- ``mask``       the configuration and log lines without secrets
- ``schema``     JSON Schema for editors
- ``edit``       add or change a source and leave the rest of the file as it is
- ``template``   what ``monitor init`` writes
"""
