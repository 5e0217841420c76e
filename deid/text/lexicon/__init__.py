"""Word lists the text scanner knows: names of people and places, and clinical words that only look like them."""
