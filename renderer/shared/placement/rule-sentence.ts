import { HOST_FIELDS, type RuleResult } from '../../../core/contract/index.ts'
import type { Format } from '../format/format.ts'

export type Translate = (key: string, params?: Record<string, unknown>) => string

function amount({ rule, params }: RuleResult, t: Translate, format: Format): string | undefined {
  const { need, free } = params
  if (typeof need !== 'number' || typeof free !== 'number') return undefined
  const show = rule === 'cpu' ? format.cpu : format.bytes
  return need === 0 ? t('rule.amountNone') : t('rule.amount', { need: show(need), free: show(free) })
}

/** A field of a host in words; labels and others keep their name. */
export function fieldTitle(field: string, t: Translate): string {
  return (HOST_FIELDS as readonly string[]).includes(field) ? t(`rule.field.${field}`) : field
}

function constraint({ params: raw, passes }: RuleResult, t: Translate): string | undefined {
  const params = { ...raw, field: fieldTitle(String(raw['field']), t) }
  if (raw['operator'] === undefined) return passes ? t('rule.constraint.none') : undefined
  if (raw['actual'] === undefined || raw['actual'] === '') return t('rule.constraint.missing', params)
  return t(`rule.constraint.${raw['operator']}`, params)
}

function port({ params, passes }: RuleResult, t: Translate): string | undefined {
  if (passes) return t('rule.port.ok')
  if (params['from'] === undefined) return undefined
  if (params['is'] === 'repeated') return t('rule.port.repeated', params)
  return t(params['from'] === params['to'] ? 'rule.port.taken' : 'rule.port.range', params)
}

function engine({ params, passes }: RuleResult, t: Translate): string | undefined {
  if (params['engine'] !== 'docker' && params['engine'] !== 'process') return undefined
  if (passes) return t(`rule.engine.${params['engine']}`)
  return t(params['engine'] === 'docker' ? 'rule.engine.noImage' : 'rule.engine.noArtifact')
}

/** A verdict of the scheduler in the person's language, from its parameters; the scheduler's own English where they do not say enough. */
export function ruleSentence(result: RuleResult, t: Translate, format: Format): string {
  const { rule, params, text } = result
  switch (rule) {
    case 'status':
    case 'scheduling':
      return typeof params['is'] === 'string' ? t(`rule.is.${rule}.${params['is']}`) : text
    case 'engine':
      return engine(result, t) ?? text
    case 'constraint':
      return constraint(result, t) ?? text
    case 'cpu':
    case 'memory':
    case 'disk':
      return amount(result, t, format) ?? text
    case 'port':
      return port(result, t) ?? text
  }
}
