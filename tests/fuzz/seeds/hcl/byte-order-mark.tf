a = <<E
${b}
E
