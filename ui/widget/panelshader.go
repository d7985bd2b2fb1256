package widget

// The programs that paint panels (GLSL 1.10 and, on small devices, ES 1.00).
// The names are those of the toolkit's cache of programs.
const (
	flatGround  = "sotto.flat"  // one opaque colour
	clearGround = "sotto.clear" // one colour that shows through
	roundGround = "sotto.round" // round corners
	linedGround = "sotto.lined" // round corners and a line round it
	bandGround  = "sotto.band"  // the middle of either
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
	roundGround: rounded + `
void main() {
	float corner;
	vec2 out_of = max(beyond(corner), 0.0);
	gl_FragColor = vec4(r, g, b, a * clamp(corner + 0.5 - sqrt(dot(out_of, out_of)), 0.0, 1.0));
}
`,
	// away is the distance to the outline, negative inside.
	linedGround: rounded + `
uniform float lr, lg, lb, la;
uniform float line;
void main() {
	float corner;
	vec2 d = beyond(corner);
	vec2 out_of = max(d, 0.0);
	float away = min(max(d.x, d.y), 0.0) + sqrt(dot(out_of, out_of)) - corner;
	vec4 ink = mix(vec4(r, g, b, a), vec4(lr, lg, lb, la), clamp(away + line + 0.5, 0.0, 1.0));
	ink.a *= clamp(0.5 - away, 0.0, 1.0);
	gl_FragColor = ink;
}
`,
	// inside is the distance to the upper or the lower edge, which stands between two
	// pixels. The toolkit's margin beyond them stays as it is.
	bandGround: `
uniform vec2 frame;
uniform vec4 bounds;
uniform float r, g, b, a;
uniform float lr, lg, lb, la;
uniform float line;
void main() {
	float y = frame.y - gl_FragCoord.y;
	float inside = min(y - bounds.y, bounds.w - y);
	gl_FragColor = inside < line ? vec4(lr, lg, lb, step(0.0, inside)) : vec4(r, g, b, step(0.0, inside));
}
`,
}

// rounded begins the programs for round corners. beyond is how far the pixel is
// beyond the centre of the circle of its corner, which has this radius; what is half
// a pixel from the outline on either side is partly painted. Of a panel in parts,
// before and after are what it has on either side of this one.
const rounded = `
uniform vec2 frame;
uniform vec4 bounds;
uniform float r, g, b, a;
uniform float tl, tr, bl, br;
uniform float before, after;
vec2 beyond(out float corner) {
	vec4 whole = bounds + vec4(-before, 0.0, after, 0.0);
	vec2 half_size = (whole.zw - whole.xy) * 0.5;
	vec2 at = gl_FragCoord.xy - vec2(whole.x + half_size.x, frame.y - whole.y - half_size.y);
	vec2 side = at.x > 0.0 ? vec2(tr, br) : vec2(tl, bl);
	corner = at.y > 0.0 ? side.x : side.y;
	return abs(at) - half_size + corner;
}
`

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
