# A flaw in a base image reaches every host that starts from it. A disabled pipeline builds nothing and is not asked.
rule {
  title    = "Image Builder pipeline scans its images"
  severity = "low"
  resource = ["aws_imagebuilder_image_pipeline"]
  criteria = {
    "CC7.1" = "Images are searched for known vulnerabilities before they are used."
  }
  applies = self.status == null || self.status == "ENABLED"
  require = self.image_scanning_configuration[0].image_scanning_enabled == true
  message = "${self.address} builds images without scanning them"
  fix {
    title         = "Scan the images of ${self.address}"
    applicability = "review"
    caution       = "Amazon Inspector has to be switched on in the account, and bills each scan. It takes effect with the next build."
  }
}
