"""Reads shaped for a page, in a stated number of queries."""
