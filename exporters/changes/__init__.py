"""What a change holds: the files of `export --since`."""
