package widget

// The programs that paint panels (GLSL 1.10 and, on small devices, ES 1.00).
// The names are those of the toolkit's cache of programs.
const (
	flatGround  = "sotto.flat"  // one opaque colour
	clearGround = "sotto.clear" // one colour that shows through
	roundGround = "sotto.round" // round corners, a line round it
)

// Each reads its colours and measures from uniforms (see look.uniforms); frame
// and bounds, in pixels, come from the toolkit.
var grounds = map[string]string{
	// That the colour is opaque has to be plain to the compiler: nothing needs
	// to be mixed then. The place of the pixel changes nothing. It keeps Mesa's
	// software renderer (22.3) from a path for programs that need none, which now
	// and then paints 64 x 64 pixels grey.
	flatGround: `
uniform float r, g, b, a;
void main() { gl_FragColor = vec4(r, g, b, 1.0) + min(gl_FragCoord.x, 0.0); }
`,
	clearGround: `
uniform float r, g, b, a;
void main() { gl_FragColor = vec4(r, g, b, a) + min(gl_FragCoord.x, 0.0); }
`,
	// away is the distance to the outline, negative inside. What is half a pixel
	// from a line on either side is partly painted.
	roundGround: `
uniform vec2 frame;
uniform vec4 bounds;
uniform float r, g, b, a;
uniform float lr, lg, lb, la;
uniform float line;
uniform float tl, tr, bl, br;
void main() {
	vec2 half_size = (bounds.zw - bounds.xy) * 0.5;
	vec2 at = gl_FragCoord.xy - vec2(bounds.x + half_size.x, frame.y - bounds.y - half_size.y);
	vec2 side = at.x > 0.0 ? vec2(tr, br) : vec2(tl, bl);
	float corner = at.y > 0.0 ? side.x : side.y;
	vec2 d = abs(at) - half_size + corner;
	vec2 out_of = max(d, 0.0);
	float away = min(max(d.x, d.y), 0.0) + sqrt(dot(out_of, out_of)) - corner;
	vec4 ink = mix(vec4(r, g, b, a), vec4(lr, lg, lb, la), clamp(away + line + 0.5, 0.0, 1.0));
	ink.a *= clamp(0.5 - away, 0.0, 1.0);
	gl_FragColor = ink;
}
`,
}

var (
	groundSources   = compileGrounds("#version 110\n")
	groundSourcesES = compileGrounds("#version 100\n#ifdef GL_FRAGMENT_PRECISION_HIGH\nprecision highp float;\n#else\nprecision mediump float;\n#endif\n")
)

func compileGrounds(head string) map[string][]byte {
	out := make(map[string][]byte, len(grounds))
	for name, body := range grounds {
		out[name] = []byte(head + body)
	}
	return out
}

func shaderSource(name string, es bool) []byte {
	if es {
		return groundSourcesES[name]
	}
	return groundSources[name]
}
