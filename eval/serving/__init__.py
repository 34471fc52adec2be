"""How the service bears load: many people beside many uploads, and one large upload."""
