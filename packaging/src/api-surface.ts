// The declarations of an entry enter, one text leaves: everything that a consumer can name, and every type of ours that this leads to, without comments.

import { dirname, relative } from 'node:path'
import ts from 'typescript'

/** What the declarations of an entry promise; equal texts promise the same. */
export function apiSurface(entry: string): string {
  const program = ts.createProgram([entry], {
    target: ts.ScriptTarget.ES2024,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    types: [],
    skipLibCheck: true,
    noEmit: true,
  })
  return new Surface(program, entry).text()
}

/** Walks from the exports to whatever they name. */
class Surface {
  readonly #checker: ts.TypeChecker
  readonly #entry: ts.SourceFile
  readonly #printer = ts.createPrinter({ removeComments: true })
  readonly #seen = new Set<ts.Declaration>()
  /** Not exported, but part of what is. */
  readonly #inner: ts.Declaration[] = []

  constructor(program: ts.Program, entry: string) {
    this.#checker = program.getTypeChecker()
    const file = program.getSourceFile(entry)
    if (!file) throw new Error(`${entry} is not there: build first.`)
    this.#entry = file
  }

  text(): string {
    const module = this.#checker.getSymbolAtLocation(this.#entry)
    const symbols = module ? this.#checker.getExportsOfModule(module) : []
    const exported = symbols.map((symbol) => ({ name: symbol.name, declarations: this.#declarations(symbol) }))
    for (const { declarations } of exported) for (const declaration of declarations) this.#seen.add(declaration)
    const lines = exported.toSorted(byName).map(({ name, declarations }) => {
      const printed = declarations.map((declaration) => this.#print(declaration))
      return [`// ${name}`, ...(printed.length > 0 ? printed : ['// of another package']), ''].join('\n')
    })
    const inner = this.#printInner()
    return [...lines, ...(inner.length > 0 ? ['// --- not exported, but named above ---\n', ...inner] : [])].join('\n')
  }

  /** By file, in its order. Printing one may find others. */
  #printInner(): string[] {
    const printed: { path: string; position: number; text: string }[] = []
    for (let next = this.#inner.shift(); next; next = this.#inner.shift()) {
      const path = relative(dirname(this.#entry.fileName), next.getSourceFile().fileName)
      printed.push({ path, position: next.pos, text: this.#print(next) })
    }
    const ordered = printed.toSorted((a, b) => (a.path === b.path ? a.position - b.position : a.path < b.path ? -1 : 1))
    return ordered.map(({ path, text }, index) =>
      path === ordered[index - 1]?.path ? `${text}\n` : `// ${path}\n${text}\n`,
    )
  }

  /** Those in files of the package itself. */
  #declarations(symbol: ts.Symbol): ts.Declaration[] {
    const origin = symbol.flags & ts.SymbolFlags.Alias ? this.#checker.getAliasedSymbol(symbol) : symbol
    return (origin.declarations ?? []).filter((declaration) => this.#isOurs(declaration.getSourceFile()))
  }

  #isOurs({ fileName }: ts.SourceFile): boolean {
    const folder = dirname(this.#entry.fileName).replace(/\/dist\/.*$/, '/dist')
    return fileName.startsWith(`${folder}/`)
  }

  #print(declaration: ts.Declaration): string {
    const node = withoutPrivate(statementOf(declaration))
    this.#visit(statementOf(declaration))
    return this.#printer.printNode(ts.EmitHint.Unspecified, node, declaration.getSourceFile())
  }

  /** Notes what a declaration names. */
  #visit(node: ts.Node): void {
    if (isPrivate(node)) return
    if (ts.isIdentifier(node)) {
      const symbol = this.#checker.getSymbolAtLocation(node)
      for (const declaration of symbol ? this.#declarations(symbol) : []) this.#note(declaration)
    }
    node.forEachChild((child) => this.#visit(child))
  }

  #note(declaration: ts.Declaration): void {
    const isTopLevel = ts.isSourceFile(statementOf(declaration).parent)
    if (!isTopLevel || ts.isSourceFile(declaration) || this.#seen.has(declaration)) return
    this.#seen.add(declaration)
    this.#inner.push(declaration)
  }
}

/** The statement of a variable; anything else is one itself. */
function statementOf(declaration: ts.Declaration): ts.Node {
  return ts.isVariableDeclaration(declaration) ? declaration.parent.parent : declaration
}

function isPrivate(node: ts.Node): boolean {
  if (!ts.isClassElement(node)) return false
  if (node.name && ts.isPrivateIdentifier(node.name)) return true
  const modifiers = ts.canHaveModifiers(node) ? (ts.getModifiers(node) ?? []) : []
  return modifiers.some(({ kind }) => kind === ts.SyntaxKind.PrivateKeyword)
}

function withoutPrivate(node: ts.Node): ts.Node {
  if (!ts.isClassDeclaration(node)) return node
  const { modifiers, name, typeParameters, heritageClauses, members } = node
  const shown = members.filter((member) => !isPrivate(member))
  return ts.factory.updateClassDeclaration(node, modifiers, name, typeParameters, heritageClauses, shown)
}

function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return a.name < b.name ? -1 : 1
}
