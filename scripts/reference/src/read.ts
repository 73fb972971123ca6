// Entry points of built packages enter (`.d.ts`), what each exports leaves: its name, its docstring, its declarations without what is private.

import { dirname } from 'node:path'
import ts from 'typescript'

/** How an export is used. */
export type Kind = 'function' | 'class' | 'value' | 'component' | 'type'

/** One export of a package. */
export interface Exported {
  readonly name: string
  readonly kind: Kind
  /** Its docstring, Markdown; empty where it has none. */
  readonly docs: string
  /** Its declarations as they stand in the `.d.ts`; of a component its props and events. */
  readonly code: string
  /** Names of types that the declarations speak of. */
  readonly mentions: readonly string[]
}

/** Reads what entry points export, each by its path. */
export function readExports(entries: readonly string[]): ReadonlyMap<string, readonly Exported[]> {
  const program = ts.createProgram([...entries], {
    target: ts.ScriptTarget.ES2024,
    lib: ['lib.es2024.d.ts', 'lib.esnext.disposable.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts'],
    // Only so are the `.vue.d.ts` found beside their imports.
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    types: ['node'],
    typeRoots: [`${dirname(import.meta.dirname)}/node_modules/@types`],
    strict: true,
    noEmit: true,
  })
  const checker = program.getTypeChecker()
  return new Map(
    entries.map((entry) => {
      const file = program.getSourceFile(entry)
      const module = file && checker.getSymbolAtLocation(file)
      if (!module) throw new Error(`${entry} exports nothing. Build the packages first.`)
      return [entry, checker.getExportsOfModule(module).map((symbol) => readExport(checker, symbol))]
    }),
  )
}

function readExport(checker: ts.TypeChecker, exported: ts.Symbol): Exported {
  const { name } = exported
  const symbol = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported
  const declarations = symbol.declarations ?? []
  const [first] = declarations
  if (!first) throw new Error(`${name} is declared nowhere. Build the packages first.`)
  const docs = docsOf(checker, symbol)
  const component = componentShape(checker, symbol, first)
  if (component) return { name, kind: 'component', docs: docs || componentDocs(first), code: component, mentions: [] }
  return {
    name,
    kind: kindOf(first),
    docs,
    code: declarations.map((declaration) => textOf(declaration, name)).join('\n'),
    mentions: [...new Set(declarations.flatMap(typeNames))].filter((mentioned) => mentioned !== name),
  }
}

function docsOf(checker: ts.TypeChecker, symbol: ts.Symbol): string {
  const text = ts.displayPartsToString(symbol.getDocumentationComment(checker))
  const tags = symbol.getJsDocTags(checker).map((tag) => {
    const said = ts.displayPartsToString(tag.text)
    return tag.name === 'throws' ? `Throws ${said}` : `${tag.name[0]?.toUpperCase()}${tag.name.slice(1)}: ${said}`
  })
  // One line is one sentence of the source, broken where its line was full.
  return [text, ...tags]
    .filter(Boolean)
    .map((part) => part.replaceAll(/\{@link (\w+)\}/g, '`$1`').replaceAll(/(?<!\n)\n(?!\n)/g, ' '))
    .join('\n\n')
}

function kindOf(declaration: ts.Declaration): Kind {
  if (ts.isFunctionDeclaration(declaration)) return 'function'
  if (ts.isClassDeclaration(declaration)) return 'class'
  return ts.isVariableDeclaration(declaration) ? 'value' : 'type'
}

/** A declaration without `export declare`, its own docstring, and what is private. */
function textOf(declaration: ts.Declaration, name: string): string {
  const whole = ts.isVariableDeclaration(declaration) ? declaration.parent.parent : declaration
  const file = whole.getSourceFile()
  return file.text
    .slice(whole.getStart(file, false), whole.end)
    .replace(/^(export |declare |default )+/, '')
    .replaceAll(/^ *(#private|private .*);\n/gm, '')
    .replaceAll(/^( {4})+/gm, (indent) => ' '.repeat(indent.length / 2))
    .replace(/^(?<keyword>function|class|interface|type|const) \w+/, `$<keyword> ${name}`)
    .replace(/;$/, '')
}

/** Names of types in a declaration, in order. */
function typeNames(declaration: ts.Declaration): string[] {
  const names: string[] = []
  const visit = (node: ts.Node): void => {
    if (ts.isTypeReferenceNode(node) && ts.isIdentifier(node.typeName)) names.push(node.typeName.text)
    if (ts.isExpressionWithTypeArguments(node) && ts.isIdentifier(node.expression)) names.push(node.expression.text)
    ts.forEachChild(node, visit)
  }
  visit(declaration)
  return names
}

/** The props of a Vue component, its events among them; undefined for what is no component. */
function componentShape(checker: ts.TypeChecker, symbol: ts.Symbol, place: ts.Declaration): string | undefined {
  if (!place.getSourceFile().fileName.endsWith('.vue.d.ts')) return undefined
  const constructed = checker.getTypeOfSymbolAtLocation(symbol, place).getConstructSignatures()[0]?.getReturnType()
  const props = constructed && checker.getPropertyOfType(constructed, '$props')
  if (!props) throw new Error(`${place.getSourceFile().fileName} has no props to read.`)
  const own = checker
    .getTypeOfSymbolAtLocation(props, place)
    .getProperties()
    .filter((prop) => prop.declarations?.some((declaration) => !isOfVue(declaration)))
  const lines = own.map((prop) => {
    const type = typeOf(checker, prop, place)
    const docs = docsOf(checker, prop).replaceAll('\n\n', ' ').replace('Default: ', '@default ')
    const isOptional = (prop.flags & ts.SymbolFlags.Optional) !== 0
    const name = /^\w+$/.test(prop.name) ? prop.name : `'${prop.name}'`
    return `${docs ? `  /** ${docs} */\n` : ''}  ${name}${isOptional ? '?' : ''}: ${type};`
  })
  return `{\n${lines.join('\n')}\n}`
}

/** The type of a prop as it was written; the checker would put unions into another order. */
function typeOf(checker: ts.TypeChecker, prop: ts.Symbol, place: ts.Declaration): string {
  const written = prop.declarations?.find(ts.isPropertySignature)?.type
  if (written) return written.getText()
  return checker.typeToString(checker.getTypeOfSymbolAtLocation(prop, place), place, ts.TypeFormatFlags.NoTruncation)
}

/** Vue gives every component `key`, `ref`, `class` and others. */
function isOfVue(declaration: ts.Declaration): boolean {
  return /\/node_modules\/(?!@runtail)/.test(declaration.getSourceFile().fileName)
}

/** A component's file opens with the sentence that says what it is, which vue-tsc does not pass on. */
function componentDocs(declaration: ts.Declaration): string {
  const source = declaration
    .getSourceFile()
    .fileName.replace('/dist/', '/src/')
    .replace(/\.d\.ts$/, '')
  return (
    /^<script setup lang="ts">\n\/\/ (?<sentence>.+)/.exec(ts.sys.readFile(source) ?? '')?.groups?.['sentence'] ?? ''
  )
}
