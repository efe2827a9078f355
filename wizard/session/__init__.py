"""What is being edited, without a screen: drafts, history, files of the person's own."""
