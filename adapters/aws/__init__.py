"""S3, SNS and SQS, spoken to through boto3."""
