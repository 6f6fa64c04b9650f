# comment
a = 1 /* x */
b = "x${var.y}%{ if c ~} d %{ else }e%{ endif }\u00e9 $${z}"
c = <<-EOT
    é ${f(1, [2, 3]...)}
  %{ for k, v in m ~}
  ${k}=${v}
  %{~ endfor }
  EOT
d = { e = [for v in w : v if v != null], (f) : { for k, v in x : k => v... } }
g "h" i {
  j = !k && -l.m[0].n["o"] >= p.*.q % r[*].s.0 ? t : (u)
}
v { w = 1e-3 }
