"""What `make_sample.py` is made of: one module per institution, and what they share."""
