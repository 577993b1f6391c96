import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'

/** A sentence the core can say to a person: where it is written, and its text with an example for every part that is filled in. */
export interface ServerSentence {
  at: string
  text: string
}

/** Errors that are made, and functions that make them: which of their arguments hold sentences. */
const SAYING: ReadonlyMap<string, readonly number[]> = new Map([
  ['AppError', [1]],
  ['EngineError', [1]],
  ['SshError', [1]],
  ['badBody', [0, 1]],
  ['make', [1]],
  ['refused', [0]],
])
/** Functions that give back a sentence. */
const SENTENCE_MAKER = /(?:phrase|sentence|explain)$/i
/** Fields that hold a sentence wherever they are written. */
const FIELDS = new Set(['hint', 'detail', 'message', 'reason', 'status_message', 'statusMessage'])
const EXAMPLE = 'example'

/**
 * Every sentence of the core that may reach a screen, found in its sources: the messages of its errors, and what it writes into fields
 * that people read. `root` is the project's folder; files are given as patterns below it.
 */
export function serverSentences(
  root: string,
  { files, without }: { files: readonly string[]; without: readonly string[] },
): ServerSentence[] {
  const paths = globSync(files as string[], { cwd: root, exclude: without }).filter((path) => !/\.(test|table)\.ts$/.test(path))
  return paths.sort().flatMap((path) => sentencesOf(path, readFileSync(join(root, path), 'utf8')))
}

/** The sentences in one source text. */
export function sentencesOf(path: string, source: string): ServerSentence[] {
  const file = ts.createSourceFile(path, source, ts.ScriptTarget.Latest, true)
  const found: ServerSentence[] = []
  const take = (node: ts.Expression | undefined) => {
    if (!node) return
    const line = file.getLineAndCharacterOfPosition(node.getStart()).line + 1
    for (const text of texts(node)) if (/[a-z]+ [a-z]/i.test(text)) found.push({ at: `${path}:${line}`, text })
  }
  const visit = (node: ts.Node): void => {
    if (ts.isNewExpression(node) || ts.isCallExpression(node))
      for (const index of SAYING.get(node.expression.getText()) ?? []) take(node.arguments?.[index])
    if (ts.isReturnStatement(node) && SENTENCE_MAKER.test(functionAround(node))) take(node.expression)
    if (ts.isPropertyAssignment(node) && FIELDS.has(node.name.getText())) take(node.initializer)
    if (ts.isVariableDeclaration(node) && FIELDS.has(node.name.getText())) take(node.initializer)
    ts.forEachChild(node, visit)
  }
  visit(file)
  return found
}

function functionAround(node: ts.Node): string {
  if (ts.isFunctionDeclaration(node)) return node.name?.getText() ?? ''
  return ts.isSourceFile(node) ? '' : functionAround(node.parent)
}

/** What an expression can read: both branches of a choice, and an example in place of what is filled in. */
function texts(node: ts.Expression): string[] {
  if (ts.isStringLiteralLike(node)) return [node.text]
  if (ts.isConditionalExpression(node)) return [...texts(node.whenTrue), ...texts(node.whenFalse)]
  if (ts.isParenthesizedExpression(node)) return texts(node.expression)
  if (ts.isBinaryExpression(node)) {
    if (node.operatorToken.kind === ts.SyntaxKind.PlusToken)
      return texts(node.left).flatMap((left) => texts(node.right).map((right) => left + right))
    return [...texts(node.left), ...texts(node.right)]
  }
  if (!ts.isTemplateExpression(node)) return []
  return node.templateSpans.reduce<string[]>(
    (all, span) => {
      const inside = texts(span.expression)
      return all.flatMap((text) =>
        (inside.length > 0 ? inside : [exampleOf(span.expression)]).map((part) => text + part + span.literal.text),
      )
    },
    [node.head.text],
  )
}

/** What stands for parts that have to read like something; names that count or measure stand for a number. */
const EXAMPLES: readonly [names: RegExp, example: string][] = [
  [/^hosts$/, '3 hosts'],
  [/^counted\(/, '3 events'],
  [/^rule$/, 'memory'],
  [/\.status$/, 'stopped'],
  [
    /count|instances|seconds|ms\b|length|size|max|limit|total|generation|revision|perSecond|floor|ceil|port\b|broken|bytes|^open$|code$/i,
    '3',
  ],
]

function exampleOf(expression: ts.Expression): string {
  const name = expression.getText()
  return EXAMPLES.find(([names]) => names.test(name))?.[1] ?? EXAMPLE
}
