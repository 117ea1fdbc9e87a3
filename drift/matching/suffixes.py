"""The ends of names by which a text is more likely a file than a module, and the other way round."""

# A name that ends like this is more likely a file than a module; for the second set it is the other way round.
CODE_SUFFIXES = frozenset(
    {
        *("py", "pyi", "ts", "tsx", "mts", "cts", "js", "jsx", "mjs", "cjs", "vue", "svelte", "go", "java", "kt", "rs"),
        *("kts", "cs", "php", "rb", "c", "h", "cc", "cpp", "hpp"),
    }
)
OTHER_SUFFIXES = frozenset({"md", "toml", "yaml", "yml", "json", "sql", "html", "css", "txt", "sh", "cfg", "lock"})
