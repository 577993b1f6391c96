import type { IForbiddenRuleType, ICruiseOptions } from 'dependency-cruiser'

export const LAYERS: readonly (readonly string[])[]
declare const config: { forbidden: (IForbiddenRuleType & { name: string })[]; options: ICruiseOptions }
export default config
