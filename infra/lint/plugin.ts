import { posix, relative, sep } from 'node:path';
import type { RuleTester } from 'oxlint/plugins-dev';
import {
  DETERMINISTIC_PLACES,
  ENVIRONMENT_RESTRICTION,
  isIn,
  LISTENING_NAMES,
  NETWORK_GLOBALS,
  NETWORK_RESTRICTION,
  refuseImport,
  RESTRICTED_MODULES,
} from './layers.ts';

type Rule = Exclude<Parameters<RuleTester['run']>[1], { readonly createOnce: unknown }>;
type Context = Parameters<Rule['create']>[0];
type Node = Parameters<Context['sourceCode']['isGlobalReference']>[0];
type MemberExpression = Extract<Node, { readonly type: 'MemberExpression' }>;

/** The linted file from the root of the project, with `/`. Oxlint is run there. */
function locate(context: Context): string {
  return relative(context.cwd, context.filename).split(sep).join('/');
}

function resolveImport(file: string, specifier: string): string | null {
  if (specifier.startsWith('#shared/')) return specifier.slice(1);
  return specifier.startsWith('.') ? posix.normalize(posix.join(posix.dirname(file), specifier)) : null;
}

/** `node:net` for `net` and `node:net`; `@scope/name` and `name` without what follows. */
function nameModule(specifier: string): string {
  const name = specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
  return Object.hasOwn(RESTRICTED_MODULES, `node:${name}`) ? `node:${name}` : name;
}

function refuseModule(file: string, specifier: string, names: readonly string[]): string | null {
  const module = nameModule(specifier);
  const restriction = Object.hasOwn(RESTRICTED_MODULES, module) ? RESTRICTED_MODULES[module] : undefined;
  if (restriction === undefined || isIn(file, restriction.allowedIn)) return null;
  const onlyListens =
    module === 'node:http' && names.length > 0 && names.every((name) => LISTENING_NAMES.has(name));
  return onlyListens && file.startsWith('services/') ? null : restriction.reason;
}

function refuse(file: string, specifier: string, names: readonly string[]): string | null {
  const target = resolveImport(file, specifier);
  return target === null ? refuseModule(file, specifier, names) : refuseImport(file, target);
}

const imports: Rule = {
  create(context) {
    const file = locate(context);
    const check = (node: Node, specifier: unknown, names: readonly string[]): void => {
      if (typeof specifier !== 'string') return;
      const reason = refuse(file, specifier, names);
      if (reason !== null) context.report({ node, message: `${specifier}: ${reason}` });
    };
    // A type of another layer is still a dependency on it. A type of a module is not a use of the module.
    const isHarmless = (kind: string | undefined, specifier: string): boolean =>
      kind === 'type' && !/^[.#]/.test(specifier);
    return {
      ImportDeclaration(node) {
        if (isHarmless(node.importKind, node.source.value)) return;
        const names = node.specifiers.flatMap((specifier) => {
          if (specifier.type !== 'ImportSpecifier' || specifier.imported.type !== 'Identifier') return ['*'];
          return specifier.importKind === 'type' ? [] : [specifier.imported.name];
        });
        check(node, node.source.value, names);
      },
      ExportAllDeclaration(node) {
        if (!isHarmless(node.exportKind, node.source.value)) check(node, node.source.value, []);
      },
      ExportNamedDeclaration(node) {
        if (node.source !== null && !isHarmless(node.exportKind, node.source.value))
          check(node, node.source.value, []);
      },
      ImportExpression(node) {
        if (node.source.type === 'Literal') check(node, node.source.value, []);
      },
    };
  },
};

/** The name of a property that is written out, `a.b` or `a['b']`. */
function nameProperty(node: MemberExpression): string | null {
  if (!node.computed && node.property.type === 'Identifier') return node.property.name;
  return node.property.type === 'Literal' && typeof node.property.value === 'string'
    ? node.property.value
    : null;
}

/** True for the global `name`, alone or as a property of `globalThis`. */
function isGlobal(context: Context, node: Node, name: string): boolean {
  if (node.type === 'Identifier') return node.name === name && context.sourceCode.isGlobalReference(node);
  if (node.type !== 'MemberExpression') return false;
  return nameProperty(node) === name && isGlobal(context, node.object, 'globalThis');
}

const network: Rule = {
  create(context) {
    if (isIn(locate(context), NETWORK_RESTRICTION.allowedIn)) return {};
    const check = (node: Node, name: string | null): void => {
      if (name !== null && NETWORK_GLOBALS.has(name) && isGlobal(context, node, name)) {
        context.report({ node, message: `${name}: ${NETWORK_RESTRICTION.reason}` });
      }
    };
    return {
      Identifier: (node) => check(node, node.name),
      MemberExpression: (node) => check(node, nameProperty(node)),
    };
  },
};

const environment: Rule = {
  create(context) {
    if (isIn(locate(context), ENVIRONMENT_RESTRICTION.allowedIn)) return {};
    const report = (node: Node): void =>
      context.report({ node, message: `process.env: ${ENVIRONMENT_RESTRICTION.reason}` });
    return {
      MemberExpression(node) {
        if (nameProperty(node) === 'env' && isGlobal(context, node.object, 'process')) report(node);
      },
      VariableDeclarator(node) {
        if (
          node.id.type !== 'ObjectPattern' ||
          node.init === null ||
          !isGlobal(context, node.init, 'process')
        )
          return;
        const takesEnvironment = node.id.properties.some(
          (property) =>
            property.type === 'RestElement' ||
            (property.key.type === 'Identifier' && property.key.name === 'env'),
        );
        if (takesEnvironment) report(node);
      },
    };
  },
};

/** Members of globals that give another answer at every call. */
const UNSTEADY: Readonly<Record<string, readonly string[]>> = {
  crypto: ['getRandomValues', 'randomUUID'],
  Date: ['now'],
  Math: ['random'],
  performance: ['now'],
};

const deterministic: Rule = {
  create(context) {
    if (!isIn(locate(context), DETERMINISTIC_PLACES)) return {};
    const report = (node: Node, what: string): void =>
      context.report({ node, message: `${what}: parse, compute and assess depend on their arguments only` });
    return {
      MemberExpression(node) {
        for (const [owner, members] of Object.entries(UNSTEADY)) {
          const name = nameProperty(node);
          if (name !== null && members.includes(name) && isGlobal(context, node.object, owner))
            report(node, `${owner}.${name}`);
        }
      },
      NewExpression(node) {
        const isNow = node.arguments.length === 0 && isGlobal(context, node.callee, 'Date');
        if (isNow) report(node, 'new Date()');
      },
    };
  },
};

/** The rules of the project's layers. Oxlint takes a plugin as the default export of its file. */
export default { meta: { name: 'layers' }, rules: { deterministic, environment, imports, network } };
