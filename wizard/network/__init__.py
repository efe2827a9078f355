"""Where everybody is: addresses, zones, and what stands between them."""
