"""Drafts: how fast text is scanned for designations, checked by all rules, and how the time grows; a Word document from a cold start."""

import io
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import docx

from benchmarks.commands import command, median
from isgkg import files
from isgkg.consistency import knowledge
from isgkg.consistency.checking import Checker
from isgkg.consistency.matching import Matcher, level
from isgkg.drafts import reading, sources
from isgkg.release.build import build
from isgkg.release.output import NQUADS
from isgkg.store import EmbeddedStore
from isgkg.terms.model import Concept, Designation, TermBase

MEGABYTE = 1_000_000
HEAD = """1 范围
本文件规定了人工智能社会实验的场景建设、分组、测量和评价的要求。
2 规范性引用文件
GB/T 7027—2002 信息分类和编码的基本原则与方法
3 术语和定义
下列术语和定义适用于本文件。
3.1
实验台账  experiment register
记录实验过程的文件
4 总则
场景的编码应符合GB/T 7027—2002中第8章的规定，实验台账应完整。"""
SENTENCES = (
    "应用主体应建立实验台账，记录场景建设、实验布点、数据采集和成果转化的情况，并指定专人管理。",
    "评价人员不应少于三人，其中至少一人熟悉抽样方法；评价结果应在三个月内公布，不能公布的应说明理由。",
    "数据的收集宜采用观察记录、问卷调查等方法，收集之前应征得参与者的同意，收集之后应当日入库并做备份。",
    "平台的维护单位每季度核对一次设备清单，发现缺失的，在五个工作日内补齐，并把处理情况写入月报。",
    "居民可通过社区服务窗口、电话或网站提出意见，受理单位应在十个工作日内答复，答复应写明理由和依据。",
    "新建的场景应先评估周边已有的设施，能够共用的不再重复建设，评估报告应由第三方机构出具。",
    "抽样时应考虑年龄、性别和职业的分布，样本量由研究主体根据精度的要求计算，并在方案中说明计算的过程。",
    "实验组和控制组的居住条件宜相近，分组的结果应由两名以上的工作人员复核，复核的记录保存五年。",
)


def draft(size: int) -> str:
    """A draft of about this many bytes in UTF-8: eight paragraphs in changing order, a fault in every fiftieth."""
    chance = random.Random(2025)
    lines = [HEAD]
    length = len(HEAD.encode())
    while length < size:
        line = "".join(chance.sample(SENTENCES, 3))
        if len(lines) % 50 == 0:
            line = line.replace("控制组", "对照组").replace("不应", "不得")
        lines.append(line)
        length += len(line.encode()) + 1
    return "\n".join(lines)


def own_terms(count: int) -> TermBase:
    """A term base of as many designations, of two to eight characters, none of which the text holds by intention."""
    chance = random.Random(7)
    signs = [chr(code) for code in range(0x5000, 0x8000)]
    words = {"".join(chance.choices(signs, k=chance.randint(2, 8))) for _ in range(count)}
    return TermBase(
        concepts=tuple(Concept(id=f"t{number}", designations=(Designation(text=word),)) for number, word in enumerate(sorted(words)))
    )


def _rows(store: EmbeddedStore) -> Iterator[tuple[str, float, str]]:
    text = draft(10 * MEGABYTE)
    size = len(text.encode()) / MEGABYTE
    known = knowledge.load(store, None, own_terms(5000))
    words = [(one.text, one) for concept in known.base.concepts for one in concept.designations]
    matcher = Matcher(words)
    blocks = text.split("\n")
    start = time.perf_counter()
    found = sum(len(list(matcher.find(block, level(block)))) for block in blocks)
    seconds = time.perf_counter() - start
    yield f"scan, {len(words):,} designations, {found:,} found", size / seconds, "30 MB/s"
    for megabytes, count in ((1, 5000), (10, 5000), (10, 0)):
        checker = Checker(knowledge.load(store, None, own_terms(count)) if count else knowledge.load(store, None))
        part = draft(megabytes * MEGABYTE)
        (source,) = sources.uploads([("draft.txt", part.encode())])
        start = time.perf_counter()
        checked = checker.check(reading.read(source))
        seconds = time.perf_counter() - start
        name = f"check, {megabytes} MB, {len(checker.knowledge.base.concepts):,} concepts, {len(checked.faults):,} findings"
        yield name, len(part.encode()) / MEGABYTE / seconds, "5 MB/s" if count else ""


def word(paragraphs: int) -> bytes:
    """A Word document of as many paragraphs: thirty fill a page."""
    document = docx.Document()
    for line in draft(10 * MEGABYTE).split("\n")[:paragraphs]:
        document.add_paragraph(line[:60])
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def main() -> None:
    """Print the tables."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder)
        build(files.root()).write(out)
        print("\ndrafts")
        for name, speed, target in _rows(EmbeddedStore.load(out / NQUADS)):
            print(f"{name:<66}{speed:>8.1f} MB/s   {'target ' + target if target else ''}")
        (out / "draft.docx").write_bytes(word(3000))
        seconds = median(
            command(
                ["check", str(out / "draft.docx"), "--fail-on", "violation", "--format", "csv", "-o", str(out / "r.csv")], out, check=False
            ),
            3,
        )
        print(f"{'isgkg check, 100 pages of Word, cold start to report':<66}{seconds:>8.2f} s      target 2 s")
        (out / "draft.txt").write_text(draft(10 * MEGABYTE), encoding="utf-8")
        print(f"{'peak memory of isgkg check, 10 MB of text':<66}{_memory(out):>8.0f} MB     target 100 MB beyond the start")


def _memory(out: Path) -> float:
    """Peak memory in MB of checking the large text, less that of checking a small one."""
    (out / "small.txt").write_text(HEAD, encoding="utf-8")
    used = []
    for name in ("small.txt", "draft.txt"):
        script = (
            "import re, pathlib; from isgkg.cli import run; "
            f"run(['check', {str(out / name)!r}, '--format', 'csv', '-o', {str(out / 'r.csv')!r}]); "
            "print(re.search('VmHWM: *([0-9]+)', pathlib.Path('/proc/self/status').read_text().replace(chr(9), ' '))[1])"
        )
        done = subprocess.run([sys.executable, "-c", script], env={"ISGKG_RELEASE": str(out), "PATH": ""}, capture_output=True, check=True)
        used.append(int(done.stdout.split()[-1]) / 1024)
    return used[1] - used[0]


if __name__ == "__main__":
    main()
