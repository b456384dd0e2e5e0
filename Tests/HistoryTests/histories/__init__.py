"""Client histories against the real server: recorded, checked for linearizability, killed and restarted in between."""
