"""Training of the rules scribe's models on the meetings and fragments written for the project."""
