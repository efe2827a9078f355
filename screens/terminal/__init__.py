"""What is between Textual and the terminal: its profile, and the driver that sends changed cells
only.
"""
