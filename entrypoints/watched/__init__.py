"""Ports through which somebody sees every call end, and which change nothing about it."""
