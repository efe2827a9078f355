"""The wizard in a browser: who may come in, the page, and a wizard of its own for each tab."""
