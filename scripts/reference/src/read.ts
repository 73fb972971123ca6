// Entry points of built packages enter (`.d.ts`), what each exports leaves: its name, its docstring, its declarations without what is private.

import { dirname } from 'node:path'
import ts from 'typescript'

/** How an export is used; `further` is a type that others speak of, and that the package does not export. */
export type Kind = 'function' | 'class' | 'value' | 'component' | 'type' | 'further'

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
      const exported = checker.getExportsOfModule(module)
      return [entry, [...exported.map((one) => readExport(checker, one)), ...readFurther(checker, exported)]]
    }),
  )
}

/** Types of ours that exports speak of, and that these speak of in turn. */
function readFurther(checker: ts.TypeChecker, exported: readonly ts.Symbol[]): Exported[] {
  const seen = new Set(exported.map((one) => targetOf(checker, one)))
  const names = new Set(exported.map(({ name }) => name))
  const further: Exported[] = []
  for (const symbol of seen) {
    for (const reference of (symbol.declarations ?? []).flatMap(typeReferences)) {
      const mentioned = checker.getSymbolAtLocation(reference)
      const target = mentioned && targetOf(checker, mentioned)
      if (!target || seen.has(target) || names.has(target.name) || !isTypeOfOurs(target)) continue
      seen.add(target)
      names.add(target.name)
      further.push({ ...readExport(checker, target), kind: 'further' })
    }
  }
  return further
}

function targetOf(checker: ts.TypeChecker, symbol: ts.Symbol): ts.Symbol {
  return symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol
}

function isTypeOfOurs({ flags, declarations }: ts.Symbol): boolean {
  const isNamed = (flags & (ts.SymbolFlags.Interface | ts.SymbolFlags.TypeAlias)) !== 0
  return isNamed && declarations?.every((declaration) => !isOfOthers(declaration)) === true
}

function readExport(checker: ts.TypeChecker, exported: ts.Symbol): Exported {
  const { name } = exported
  const symbol = targetOf(checker, exported)
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
    code: literalsOf(checker, symbol, name) ?? declarations.map((declaration) => textOf(declaration, name)).join('\n'),
    mentions: [...new Set(declarations.flatMap(typeReferences).map(({ text }) => text))].filter((one) => one !== name),
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
    .map((part) => part.replaceAll(/\{@link ([\w.]+)\}/g, '`$1`').replaceAll(/(?<!\n)\n(?!\n)/g, ' '))
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

/** A type that is computed from a list of texts, as those texts. */
function literalsOf(checker: ts.TypeChecker, symbol: ts.Symbol, name: string): string | undefined {
  const alias = symbol.declarations?.find(ts.isTypeAliasDeclaration)
  if (!alias || ts.isUnionTypeNode(alias.type)) return undefined
  const type = checker.getDeclaredTypeOfSymbol(symbol)
  if (!type.isUnion() || !type.types.every((member) => member.isStringLiteral())) return undefined
  return `type ${name} = ${type.types.map((member) => `'${(member as ts.StringLiteralType).value}'`).join(' | ')}`
}

/** Names of types in a declaration, in order. */
function typeReferences(declaration: ts.Declaration): ts.Identifier[] {
  const found: ts.Identifier[] = []
  const visit = (node: ts.Node): void => {
    if (ts.isTypeReferenceNode(node) && ts.isIdentifier(node.typeName)) found.push(node.typeName)
    if (ts.isExpressionWithTypeArguments(node) && ts.isIdentifier(node.expression)) found.push(node.expression)
    ts.forEachChild(node, visit)
  }
  visit(declaration)
  return found
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
    .filter((prop) => prop.declarations?.some((declaration) => !isOfOthers(declaration)))
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

/** Of TypeScript's own library, of Vue (which gives every component `key`, `ref`, `class` and others), or of another package. */
function isOfOthers(declaration: ts.Declaration): boolean {
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
