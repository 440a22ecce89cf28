"""Tapes: graphs in which little is alike, computed node by node."""
