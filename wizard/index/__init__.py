"""One index of what can be looked for in a plan: the filters, the palette and line mode all ask it.

`terms` reads what was typed; `records` says which rows of the tables fit, `questions` which
questions; `places` lists what has a place to go to; `found` is what of all that fits, the nearest first.
"""
