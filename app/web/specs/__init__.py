"""Pages of specs: reading, writing, their past, who wrote them."""
