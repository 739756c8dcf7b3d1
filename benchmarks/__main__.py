"""All yardsticks, one after the other: python -m benchmarks."""

import sys

from benchmarks import commands, drafts, pool, receiving, service, validation

if __name__ == "__main__":
    commands.main()
    pool.main()
    service.main()
    receiving.main()
    drafts.main()
    validation.main(sys.argv[1:])
