"""The wizard on the screen: the Textual app. Knows wizard/ and exporters/."""
