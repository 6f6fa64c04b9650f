a = "x"
b = [1, "2", 3.5]
c = { k = { x = "true" }, l = { x = false, y = ["a", "a"] } }
d = <<EOT
true
EOT
