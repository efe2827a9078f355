"""From facts and answers to wants, and from wants to the rules of each firewall."""
