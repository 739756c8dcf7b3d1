"""中文语句。键与占位符同 en.py。"""

TEXTS: dict[str, str] = {
    # queries
    "query.syntax": "查询不符合 SPARQL 1.1：第 {line} 行第 {column} 列：{reason}。请在该处改正后重新提交。",
    "query.syntax.no-place": "查询不符合 SPARQL 1.1：{reason}。请改正后重新提交。",
    "query.overloaded": "目前没有空闲的查询位置。请在 {seconds} 秒后重试。",
    "query.timeout": "查询运行 {seconds} 秒后已被停止。请缩小查询范围，或在内层模式中加 LIMIT。",
    "query.engine": "引擎未能完成该查询：内存耗尽或内部出错。请简化查询；服务本身不受影响。",
    "query.too-large": "结果超过 {limit} 字节，未发送。请加 LIMIT 与 OFFSET、减少列，或下载整个数据集。",
    "query.too-deep": "查询嵌套 {depth} 层，最多允许 {limit} 层。请减少嵌套。",
    "query.too-many-patterns": "查询含 {count} 个模式或运算符，最多允许 {limit} 个。请拆成几个查询。",
    "query.too-long": "查询长 {length} 个字符，最多允许 {limit} 个。请缩短，或下载数据集在本地查询。",
    "query.update": "本服务只读：{keyword} 属于更新操作。请使用 SELECT、ASK、CONSTRUCT 或 DESCRIBE。",
    "query.service": "不支持 SERVICE：本服务不向外取任何数据。请自行查询另一端点，再合并结果。",
}
