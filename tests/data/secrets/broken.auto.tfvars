blob = "S3CR3T-PLANT-36" "again"
