from_file = "S3CR3T-PLANT-30"
