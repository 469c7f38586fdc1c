"""What workflows stand on: S3 locations, buckets, images, names, functions, datasets."""
