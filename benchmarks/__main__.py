"""All yardsticks, one after the other: python -m benchmarks."""

from benchmarks import commands, pool

if __name__ == "__main__":
    commands.main()
    pool.main()
