"""English sentences. Same keys and placeholders as zh.py."""

TEXTS: dict[str, str] = {
    # queries
    "query.syntax": "The query is not SPARQL 1.1: line {line}, column {column}: {reason}. Correct it there and send it again.",
    "query.syntax.no-place": "The query is not SPARQL 1.1: {reason}. Correct it and send it again.",
    "query.overloaded": "All places are taken at the moment. Try again in {seconds} s.",
    "query.timeout": "The query was stopped after {seconds} s. Make it more selective, or add LIMIT to its inner patterns.",
    "query.engine": "The engine could not finish this query: it ran out of memory or failed inside. Simplify the query; the service itself goes on.",
    "query.too-large": "The answer is larger than {limit} bytes and was not sent. Add LIMIT and OFFSET, select fewer columns, or download the dump.",
    "query.too-deep": "The query nests {depth} levels deep; at most {limit} are allowed. Flatten it.",
    "query.too-many-patterns": "The query has {count} patterns or operators; at most {limit} are allowed. Split it into several queries.",
    "query.too-long": "The query is {length} characters long; at most {limit} are allowed. Shorten it, or download the dump and query it locally.",
    "query.update": "This service is read-only: {keyword} is an update. Ask with SELECT, ASK, CONSTRUCT or DESCRIBE.",
    "query.service": "SERVICE is refused: this service fetches nothing from elsewhere. Query the other endpoint yourself and join the answers.",
}
