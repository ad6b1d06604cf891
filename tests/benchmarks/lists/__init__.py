"""What a page of a list costs among very many files."""
