import type Sigma from 'sigma'
import { NodeProgram, type ProgramInfo } from 'sigma/rendering'
import type { NodeDisplayData, RenderParams } from 'sigma/types'
import { floatColor } from 'sigma/utils'
import { SHAPES, type Shape } from '../model/paint.ts'

const UNIFORMS = ['u_sizeRatio', 'u_correctionRatio', 'u_matrix'] as const

const VERTEX_SHADER = /* glsl */ `
attribute vec4 a_color;
attribute vec2 a_position;
attribute float a_size;
attribute float a_shape;
attribute float a_angle;
uniform mat3 u_matrix;
uniform float u_sizeRatio;
uniform float u_correctionRatio;
varying vec4 v_color;
varying vec2 v_at;
varying float v_shape;
varying float v_pixel;
const float bias = 255.0 / 254.0;

void main() {
  float size = a_size * u_correctionRatio / u_sizeRatio * 4.0;
  vec2 away = vec2(cos(a_angle), sin(a_angle));
  gl_Position = vec4((u_matrix * vec3(a_position + size * away, 1)).xy, 0, 1);
  // In radii of the node, y upwards.
  v_at = away * 2.0;
  v_shape = a_shape;
  v_pixel = u_correctionRatio / (size / 2.0) * 2.0;
  v_color = a_color;
  v_color.a *= bias;
}
`

/** Distance to the edge of the shape, in radii, negative inside; the order is that of SHAPES. */
const FRAGMENT_SHADER = /* glsl */ `
precision highp float;
varying vec4 v_color;
varying vec2 v_at;
varying float v_shape;
varying float v_pixel;

float box(vec2 p, float size) { return max(abs(p.x), abs(p.y)) - size; }

float distanceTo(vec2 p, float shape) {
  float disc = length(p) - 0.95;
  float ring = abs(length(p) - 0.72) - 0.24;
  if (shape < 0.5) return disc;
  if (shape < 1.5) return ring;
  if (shape < 2.5) return max(-p.y - 0.5, abs(p.x) * 0.866 + p.y * 0.5 - 0.5);
  if (shape < 3.5) {
    float octagon = max(box(p, 0.92), (abs(p.x) + abs(p.y)) * 0.7071 - 0.95);
    vec2 turned = vec2(p.x + p.y, p.x - p.y) * 0.7071;
    // Where a sign inside would run together with its frame, the cross stands alone.
    if (v_pixel > 0.28) return min(max(abs(turned.x) - 0.95, abs(turned.y) - 0.36), max(abs(turned.y) - 0.95, abs(turned.x) - 0.36));
    float cross = min(max(abs(turned.x) - 0.62, abs(turned.y) - 0.13), max(abs(turned.y) - 0.62, abs(turned.x) - 0.13));
    return max(octagon, -cross);
  }
  if (shape < 4.5) return min(ring, max(abs(p.x) - 0.5, abs(p.y) - 0.16));
  if (shape < 5.5) return box(p, 0.7);
  return abs(p.x) + abs(p.y) - 0.98;
}

void main() {
  float distance = distanceTo(v_at, v_shape);
  float edge = max(v_pixel, 0.02);
  gl_FragColor = v_color * (1.0 - smoothstep(-edge * 0.5, edge * 0.5, distance));
}
`

/**
 * Nodes whose shape says what their colour says; the node's attribute is `shape`. They are not drawn a second time for sigma to
 * find out what is pointed at: reading that back would hold up every frame, and the layout knows where everything is.
 */
export class ShapeProgram extends NodeProgram<(typeof UNIFORMS)[number]> {
  constructor(context: WebGLRenderingContext, _picking: WebGLFramebuffer | null, renderer: Sigma) {
    super(context, null, renderer)
  }

  getDefinition() {
    const { FLOAT, UNSIGNED_BYTE, TRIANGLES } = WebGLRenderingContext
    return {
      VERTICES: 3,
      VERTEX_SHADER_SOURCE: VERTEX_SHADER,
      FRAGMENT_SHADER_SOURCE: FRAGMENT_SHADER,
      METHOD: TRIANGLES as 4,
      UNIFORMS,
      ATTRIBUTES: [
        { name: 'a_position', size: 2, type: FLOAT as 5126 },
        { name: 'a_size', size: 1, type: FLOAT as 5126 },
        { name: 'a_color', size: 4, type: UNSIGNED_BYTE as 5121, normalized: true },
        { name: 'a_shape', size: 1, type: FLOAT as 5126 },
      ],
      CONSTANT_ATTRIBUTES: [{ name: 'a_angle', size: 1, type: FLOAT as 5126 }],
      CONSTANT_DATA: [[0], [(2 * Math.PI) / 3], [(4 * Math.PI) / 3]],
    }
  }

  processVisibleItem(_nodeIndex: number, startIndex: number, data: NodeDisplayData & { shape?: Shape }): void {
    this.array.set([data.x, data.y, data.size, floatColor(data.color), SHAPES.indexOf(data.shape ?? 'disc')], startIndex)
  }

  setUniforms(params: RenderParams, { gl, uniformLocations }: ProgramInfo): void {
    gl.uniform1f(uniformLocations['u_correctionRatio'] ?? null, params.correctionRatio)
    gl.uniform1f(uniformLocations['u_sizeRatio'] ?? null, params.sizeRatio)
    gl.uniformMatrix3fv(uniformLocations['u_matrix'] ?? null, false, params.matrix)
  }
}
