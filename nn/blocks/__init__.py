"""Modules made of layers."""
