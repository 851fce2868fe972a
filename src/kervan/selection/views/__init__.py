"""Pages of calls, applications, scores and runs."""
