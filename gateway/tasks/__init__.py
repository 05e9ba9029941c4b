"""What a caller asks, in what words a model is asked, and in which steps."""
