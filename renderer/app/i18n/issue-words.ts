import { serverText } from './server-words.ts'

/** What the contract says about wrong input, in Chinese. The contract itself speaks English, as the command line does. */
const SENTENCES: Record<string, string> = {
  'a fingerprint reads "SHA256:…", as ssh-keygen -l prints it': '指纹格式为“SHA256:…”，即 ssh-keygen -l 的输出',
  'a label key is 1 to 63 letters, digits, dots, underscores, slashes or hyphens':
    '标签键由 1 到 63 个字母、数字、点、下划线、斜杠或连字符组成',
  'a path starts with "/" and has no spaces': '路径以“/”开头且不含空格',
  'a range runs from a lower to a higher port, 1 to 65535': '端口范围须由小到大，且在 1 到 65535 之间',
  'a user name is letters, digits, dots, underscores or hyphens': '用户名由字母、数字、点、下划线或连字符组成',
  'a variable name is letters, digits and underscores, and does not start with a digit': '变量名由字母、数字和下划线组成，且不以数字开头',
  'an artifact needs the command that starts it': '使用制品时需要给出启动命令',
  'give an image, an artifact or at least a command to run': '请给出镜像、制品，或至少一个要运行的命令',
  'must not contain a NUL character': '不得包含 NUL 字符',
  'paste the whole PEM text, with its BEGIN and END lines': '请粘贴完整的 PEM 文本，包括 BEGIN 和 END 行',
  'sort by a field name, with a leading "-" for descending': '请按字段名排序，降序在前面加“-”',
  'use 1 to 63 lower-case letters, digits and hyphens; start and end with a letter or digit':
    '请使用 1 到 63 个小写字母、数字和连字符，并以字母或数字开头和结尾',
  'use a metric’s name, as in "requests", "cpu", "app:queue" or "derived:per-user"':
    '请使用指标名，例如“requests”“cpu”“app:queue”或“derived:per-user”',
  'write a day and time without a zone, as in "2026-11-11T00:00"': '请填写不带时区的日期和时间，例如“2026-11-11T00:00”',
  'write a day, as in "2026-10-01"': '请填写日期，例如“2026-10-01”',
  'use an IP address or a DNS name, without "https://" and without a port': '请填写 IP 地址或域名，不含“https://”和端口',
  'use an absolute path on the host, or a volume name': '请使用主机上的绝对路径或卷名',
  'use an absolute path without ":" or spaces': '请使用不含“:”和空格的绝对路径',
  'use at least 12 characters': '请至少使用 12 个字符',
  'use at most 128 characters': '最多使用 128 个字符',
  'use host, centre, room, rack, domain, engine or label.<key>': '请使用 host、centre、room、rack、domain、engine 或 label.<键>',
  'use letters, digits, spaces, dots, underscores or hyphens': '请使用字母、数字、空格、点、下划线或连字符',
  'use the absolute path of the socket': '请填写套接字的绝对路径',
  'use the digest of an uploaded artifact ("sha256:…"); the command line uploads a folder or tar for you':
    '请使用已上传制品的摘要（“sha256:…”）；命令行可以代为上传文件夹或 tar',
  'write CPU as cores or millicores, as in 0.5 or "500m"': 'CPU 请写成核数或千分之一核，例如 0.5 或“500m”',
  'write a duration with its unit, as in "500ms", "10s" or "5m"': '时长请带单位，例如“500ms”“10s”或“5m”',
  'write a range as "8000-8100"': '范围请写成“8000-8100”',
  'write a signal as "SIGTERM"': '信号请写成“SIGTERM”',
  'write up to 100 names of apps with commas between': '最多填写 100 个应用名，之间用逗号分隔',
  'write the names of hosts with commas between': '主机名之间请用逗号分隔',
  'write an amount with its unit, as in "256Mi" or "2Gi"': '数量请带单位，例如“256Mi”或“2Gi”',
  'write an image as "registry/name:tag" or "name@sha256:…"': '镜像请写成“registry/name:tag”或“name@sha256:…”',
  'give either a private key or a password': '请提供私钥或密码之一',
  'something is missing here: a colon after a key, a closing quote or a closing bracket': '此处缺少内容：键后的冒号、右引号或右括号',
  'the indentation does not fit the lines around it': '缩进与前后行不一致',
  'this key is there twice; keep one of the two': '此键出现了两次，请只保留一个',
  'indent with spaces, not with tabs': '请用空格缩进，不要用制表符',
  'this does not belong here; text with special characters needs quotes': '此处内容无效；含特殊字符的文本需要加引号',
}

const PATTERNS: [RegExp, string][] = [
  [/^Too big: expected \w+ to be <=?\s?(\S+).*$/i, '过大：不得超过 $1'],
  [/^Too big: expected \w+ to have <=?\s?(\S+) (?:characters|items)$/i, '过长：最多 $1 个'],
  [/^Too small: expected \w+ to be >=?\s?(\S+).*$/i, '过小：不得小于 $1'],
  [/^Too small: expected \w+ to have >=?\s?(\S+) (?:characters|items)$/i, '过短：至少 $1 个'],
  [/^(?:Invalid input: |this field is missing: )expected (\w+)(?:, received undefined)?$/i, '必须填写（类型 $1）'],
  [/^(?:Invalid input: )?expected (\w+), received (\w+)$/i, '类型应为 $1，实际为 $2'],
  [/^Unrecognized keys?: (.+)$/i, '没有这样的字段：$1'],
  [/^(?:Invalid option: )?expected one of (.+)$/i, '只能是 $1 之一'],
  [/^Invalid discriminator value\. Expected (.+)$/i, '只能是 $1 之一'],
  [/^Invalid input$/i, '输入无效'],
  [/^no port is called "(.+)" \(ports: (.+)\)$/, '没有名为“$1”的端口（现有端口：$2）'],
  [/^port "(.+)" is there twice; give each port its own name$/, '端口“$1”重复，请为每个端口使用不同的名称'],
  [/^"(.+)" is also in env; keep one of the two$/, '“$1”同时出现在 env 中，请只保留一个'],
]

/** A complaint about input in `locale`; one that is not known stays as it was said. */
export function issueText(message: string, locale: string): string {
  if (!locale.startsWith('zh')) return message
  const whole = SENTENCES[message]
  if (whole !== undefined) return whole
  const found = PATTERNS.find(([pattern]) => pattern.test(message))
  return found ? message.replace(found[0], found[1]) : serverText(message, locale)
}
