"""One module per stage of the data's path. An asset reads, calls, writes and reports; it decides nothing itself."""
