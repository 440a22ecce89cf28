"""Modules that are made of layers."""
