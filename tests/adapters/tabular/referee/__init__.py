"""frictionless as an outside judge of the rules that both of us know."""
